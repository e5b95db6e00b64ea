"""The guided demonstration: the real window driven by keys, touches and scans alone, then the ledgers compared."""
