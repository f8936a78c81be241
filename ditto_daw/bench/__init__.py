"""`ditto-daw bench`: how long everything takes on this machine, and what follows from what.

One file in `rows/` is one family of the table: functions that take the `Stand` and yield lines.
The model is called directly; no daemon is needed, and none should be at work meanwhile.
"""
