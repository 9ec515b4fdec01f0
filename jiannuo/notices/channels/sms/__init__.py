"""Text messages, by whichever gateway the company has a contract with."""
