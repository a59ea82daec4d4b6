// Answers questions from standard input, one a line: task, tab, Base64 argument. One Base64 answer a line.
import java.io.*;
import java.net.URLEncoder;
import java.util.*;
import static java.nio.charset.StandardCharsets.UTF_8;

public class Probe {
    static String answer(String task, String x) {
        switch (task) {
            case "version": return String.valueOf(Runtime.version().feature());
            case "double": return String.valueOf(Double.parseDouble(x));
            case "long": return String.valueOf(Long.parseLong(x));
            case "percent-form": return URLEncoder.encode(x, UTF_8);
            case "hash": return String.valueOf(x.hashCode());
            case "hashmap": {
                Map<String, Integer> map = new HashMap<>();
                for (String name : x.split("\n")) map.put(name, 1);
                return String.join("\n", map.keySet());
            }
            case "treemap": return String.join("\n", new TreeSet<>(Arrays.asList(x.split("\n"))));
        }
        throw new IllegalArgumentException(task);
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        StringBuilder out = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) {
            int tab = line.indexOf('\t');
            String x = new String(Base64.getDecoder().decode(line.substring(tab + 1)), UTF_8);
            out.append(Base64.getEncoder().encodeToString(answer(line.substring(0, tab), x).getBytes(UTF_8))).append('\n');
        }
        System.out.print(out);
    }
}
