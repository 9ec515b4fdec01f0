"""What is known of a product's problems: articles in versions, approved by an expert who did not
write them, found by what a caller says. Refuses a version that its own author approves."""
