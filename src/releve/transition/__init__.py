"""Waves as a state machine in tables; gates as verdicts. Pure: no I/O, no clock."""
