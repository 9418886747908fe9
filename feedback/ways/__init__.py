"""Ways in besides somebody's own device: a shared tablet, an adult who helps, paper that is typed in."""
