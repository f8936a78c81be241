"""`ditto-daw models`: which there are, their licences, their files, and whether they work here."""
