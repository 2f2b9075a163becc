"""The papierkompas command, its session store and its samples."""
