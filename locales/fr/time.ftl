# Dates and times; names of months and days are in the program.

time-just-now = à l’instant
time-minutes = { $count } min
time-today = Aujourd’hui
time-yesterday = hier
time-exact = { $date } à { $time }
time-day-at = { $day } à { $time }
time-span-seconds = { $count } s
time-span-minutes = { $count } min
time-span-hours = { $count } h
time-span-days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
