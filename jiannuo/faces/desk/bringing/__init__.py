"""Lists brought as Excel or CSV: templates, columns, what each line would do, what came of it."""
