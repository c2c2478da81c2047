"""What StretchHub needs of PostgreSQL beyond what Django does: several servers, of which one takes what is written."""
