"""The board of the dispatcher: who is needed where, who could go, where everybody is."""
