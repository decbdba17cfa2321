"""Pure rules of time: the limits, the calendar of four nations, and what a due date is made of."""
