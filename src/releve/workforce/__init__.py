"""Who is on duty and how many are needed: queueing formulas, cohorts, learning, leaving, absence."""
