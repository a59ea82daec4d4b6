// Answers questions from standard input, one a line: task, tab, Base64 argument. One Base64 answer a line.
import { readFileSync } from "node:fs";
const tasks = {
  number: (x) => String(JSON.parse(x)),
  json: (x) => JSON.stringify(JSON.parse(x)),
  print: (x) => String(JSON.parse(x)),
  percent: encodeURIComponent,
  "percent-uri": encodeURI,
  sort: (x) => x.split("\n").sort().join("\n"),
  keys: (x) => Object.keys(Object.fromEntries(x.split("\n").map((name) => [name, 1]))).join("\n"),
};
const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
const answers = lines.map((line) => {
  const [task, argument] = line.split("\t");
  return Buffer.from(tasks[task](Buffer.from(argument, "base64").toString("utf8"))).toString("base64");
});
console.log(answers.join("\n"));
