"""Who is invited: lists of people read and kept, people put into teams, and the teams' codes."""
