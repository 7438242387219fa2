"""Lists of people that staff import: their columns, the cells of one person, and notes on how rows were read."""
