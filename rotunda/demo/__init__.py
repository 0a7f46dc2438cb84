"""A roundtable that shows itself: invented people, joined through the public doors."""
