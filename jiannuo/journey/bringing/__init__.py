"""Lists that people bring on the first day: columns matched, lines looked at, written by the same
steps as the pages take, taken back."""
