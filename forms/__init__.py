"""What is printed and asked: instruments, layout, sheet codes and the paper itself."""
