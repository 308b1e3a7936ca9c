"""From a centre's log files to checked, pseudonymised tables: contract, readers, ingest, lake, worlds."""
