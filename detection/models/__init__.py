"""Models, one file each, all with one contract: `fit`, `score`, `explain`; a higher score is more suspicious."""
