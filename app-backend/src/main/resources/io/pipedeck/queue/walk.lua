-- A step through the hashes of our jobs; those that expire have ended and are passed over.
-- ARGV: 1 cursor, 2 about how many keys
-- Returns the next cursor, then id, queue, id, queue …
local page = redis.call('SCAN', ARGV[1], 'MATCH', 'rq:job:*', 'COUNT', ARGV[2])
local found = {page[1]}
for _, key in ipairs(page[2]) do
  local id = string.match(key, '^rq:job:([^:]+)$')
  if id and redis.call('TTL', key) == -1 then
    local hash = redis.call('HMGET', key, 'pd_rev', 'origin')
    if hash[1] and hash[2] then
      found[#found + 1] = id
      found[#found + 1] = hash[2]
    end
  end
end
return found
