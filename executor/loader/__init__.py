"""Items in bulk, as fast as the wire takes them: encoded straight to DynamoDB JSON, signed, many in flight.

boto3 spends most of a write on checking, copying and hooks that an item of ours does not need, since it was checked as
it was read. What a user expects of boto3 stays: credentials and their refreshing, endpoint, certificates, proxies,
user agent, checksums, and trying again.
"""
