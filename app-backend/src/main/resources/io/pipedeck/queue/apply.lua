-- Shows what PostgreSQL says of many jobs, in the order given. The functions that it calls stand before it, one a file.
-- One that meets something odd in Redis is left out, with the error as its answer; the others are shown all the same.
-- ARGV: for each change its name, the number of its values, its values.
local answers, at = {}, 1
while at <= #ARGV do
  local name, run, first = ARGV[at], {}, #answers
  while ARGV[at] == name do
    local last = at + 1 + ARGV[at + 1]
    run[#run + 1] = {unpack(ARGV, at + 2, last)}
    at = last + 1
  end
  no_dependents = false
  if begins[name] then begins[name](run) end
  for i, values in ipairs(run) do
    running = first + i
    local well, answer = pcall(changes[name], values)
    answers[running] = well and answer or error_text(answer)
  end
  do_what_is_left(answers)
end
return answers
