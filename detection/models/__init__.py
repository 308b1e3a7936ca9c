"""Models, one file each, all with one contract: `fit`, `score`; a higher score is more suspicious."""
