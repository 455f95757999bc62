"""What is read alike in every language, by the questions that `Syntax` asks of a tree."""
