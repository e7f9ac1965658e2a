"""情報セキュリティ事故: report, keep the evidence, act, write down what was done (administration.md 28)."""
