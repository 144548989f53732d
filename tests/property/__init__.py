"""Property tests of the planner's promises."""
