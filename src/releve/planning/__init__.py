"""Which waves, when, with how many people: forecasts, staffing, shifts, the search for a plan."""
