"""What every room stands on: errors, units and ids."""
