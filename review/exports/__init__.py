"""What leaves the console as a file: a case as PDF, lists as XLSX and CSV."""
