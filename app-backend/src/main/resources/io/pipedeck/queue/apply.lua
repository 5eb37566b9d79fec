-- Shows what PostgreSQL says of many jobs, in the order given. The functions that it calls stand before it, one a file.
-- One that meets something odd in Redis is left out, with the error as its answer; the others are shown all the same.
-- ARGV: for each change its name, the number of its values, its values.
local answers, at = {}, 1
while at <= #ARGV do
  local name, count, values = ARGV[at], tonumber(ARGV[at + 1]), {}
  for i = 1, count do values[i] = ARGV[at + 1 + i] end
  local well, answer = pcall(changes[name], values)
  if not well then answer = type(answer) == 'table' and answer.err or tostring(answer) end
  answers[#answers + 1] = answer
  at = at + 2 + count
end
return answers
