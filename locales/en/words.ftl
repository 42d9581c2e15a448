# What `domain` names.

status-open = Open
status-acknowledged = Acknowledged
status-planned = Planned
status-resolved = Resolved
status-closed = Closed

priority-low = Low
priority-normal = Normal
priority-high = High
priority-emergency = Emergency

category-plumbing = Plumbing
category-heating = Heating
category-electricity = Electricity
category-gas = Gas
category-damp = Damp
category-lock = Locks
category-appliance = Appliance
category-pest = Pests
category-common-parts = Common parts
category-other = Other

role-owner = Owner
role-tenant = Tenant

media-jpg = JPEG photo
media-png = PNG image
media-webp = WebP image
media-heic = HEIC photo
media-pdf = PDF document
media-txt = text
media-docx = Word document
media-xlsx = Excel workbook
media-odt = OpenDocument text
media-mp4 = MP4 video
