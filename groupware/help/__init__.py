"""困ったとき: the pages of help that each plugin brings, and whom to ask."""
