"""Where people and programs meet the product. A face decides nothing."""
