"""How much of a gateway's contract was exercised: facts the documents promise, facts that were seen."""
