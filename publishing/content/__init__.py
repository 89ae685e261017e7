"""Content as text: reading YAML records, checking them, and bringing the database to the same state.

``reading`` turns files into raw records that know their place; ``building`` turns these into
model instances and says what is wrong with them; ``writing`` makes the database hold exactly them.
``dumping`` turns what is stored into raw records again, and ``formatting`` these into text.
The apps say in their ``content.py`` which lists there are.
"""
