"""Write the instrument as a workbook for editing, and read it back."""
