"""The exercise "bring your own programs": the crosswalk as an exercise extension, with the team's decisions stored."""
