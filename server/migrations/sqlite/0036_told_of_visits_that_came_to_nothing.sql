-- Those who order rectification are told of visits that were not completed as well: told anew from the log.
DELETE FROM notification;
