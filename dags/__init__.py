"""Airflow DAG files: when the steps of a night run, and in what order; nothing else."""
