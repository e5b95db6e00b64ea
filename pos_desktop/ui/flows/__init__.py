"""The counter at work: what was wished becomes use cases on their lanes, what came back becomes the next picture."""
