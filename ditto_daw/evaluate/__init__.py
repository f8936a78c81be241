"""`ditto-daw evaluate`: the tables and figures of the paper, on the model that is here.

One file in `tables/` is one table, one in `figures/` one figure; both are found by name. A table is
rows of trials; a trial is one thing to render under one seed, and the same trial is rendered once
however many tables ask for it. All methods begin at the same seeds, prompts and targets.
"""
