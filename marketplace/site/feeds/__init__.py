"""What happened, to be followed: certificates, guidelines and public runs as Atom feeds."""
