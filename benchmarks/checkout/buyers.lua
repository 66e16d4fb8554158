-- Requests of many buyers, one after another. Arguments: the method, a file with a line `token address path body` a
-- buyer, and how many of them were before. The API takes the address from a proxy on this machine.
dofile("../http/done.lua")

local requests, turn = {}, 0

function init(arguments)
  for line in io.lines(arguments[2]) do
    local token, address, path, body = line:match("^(%S+) (%S+) (%S+) ?(.*)$")
    local headers = {
      ["Authorization"] = "Bearer " .. token,
      ["Content-Type"] = "application/json",
      ["X-Forwarded-For"] = address,
    }
    requests[#requests + 1] = wrk.format(arguments[1], path, headers, body)
  end
  turn = tonumber(arguments[3])
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
