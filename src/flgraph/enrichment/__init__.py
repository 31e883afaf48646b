"""Turn a catalog into a snapshot: plan the requests, fetch records, judge the matches."""
