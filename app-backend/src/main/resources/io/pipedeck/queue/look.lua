-- What Redis shows of jobs: where an id stands and what its hash says.
-- ARGV: for each its id and its queue, for one without a hash
-- Returns for each its state, the rev of its hash or '', and its queue; the state '' for a hash that is not ours.
local answers = {}
local function look(id, asked)
  local hash = redis.call('HMGET', 'rq:job:' .. id, 'status', 'origin', 'pd_rev')
  if hash[1] and not hash[3] then return '', '', asked end
  local queue = hash[2] or asked
  local list = 'rq:queue:' .. queue
  local listed, popped = redis.call('LPOS', list, id), redis.call('LPOS', list .. ':intermediate', id)
  local wip = redis.call('ZSCORE', 'rq:wip:' .. queue, id)
  local state = hash[1] or 'none'
  if state == 'started' then
    state = wip and 'started' or 'unwatched'
  elseif wip then
    state = 'stray'
  elseif state == 'queued' then
    state = listed and 'queued' or popped and 'popped' or 'unlisted'
  elseif listed or popped then
    state = 'stray'
  end
  return state, hash[3] or '', queue
end
for i = 1, #ARGV, 2 do
  local state, rev, queue = look(ARGV[i], ARGV[i + 1])
  answers[#answers + 1] = state
  answers[#answers + 1] = rev
  answers[#answers + 1] = queue
end
return answers
