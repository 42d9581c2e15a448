# Dates and times; names of months and days are in the program.

time-just-now = just now
time-minutes = { $count } min
time-today = Today
time-yesterday = yesterday
time-exact = { $date } at { $time }
time-day-at = { $day } at { $time }
time-span-seconds = { $count } s
time-span-minutes = { $count } min
time-span-hours = { $count } h
time-span-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
