"""The figures of quality, measured on what the model renders: `python -m ditto_daw.report.quality`.

One file in `rows/` is one row of the table: a function that takes the `Workshop` and yields lines.
"""
