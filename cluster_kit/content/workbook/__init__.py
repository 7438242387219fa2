"""The instrument as a workbook: written for editing without a program, and read back."""
