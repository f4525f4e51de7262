//! What goes wrong with machines, clocks and sessions.

use super::World;

impl World {
    pub(super) fn fault(&mut self) {
        let index = self.chance.index(self.tablets.len());
        match self.chance.below(7) {
            0 => self.server_stops(),
            1 => self.stops(index),
            2 => {
                let skew = self.chance.between(-300_000_000, 300_000_000);
                tell!(
                    self,
                    "tablet {index}: its clock is now {} s off",
                    skew / 1_000
                );
                self.tablets[index].skew = skew;
                self.wakes(index, 0);
            }
            3 => {
                tell!(self, "server: the session of tablet {index} expires");
                let device = self.tablets[index].device;
                self.server.sessions.remove(&device);
            }
            4 | 5 if self.weather.restores_server => match self.server_copy.take() {
                None => {
                    // Photos are copied apart: with the log, or at some time before.
                    let photos_too = self.chance.happens(500);
                    if photos_too {
                        self.photos_copy.clone_from(&self.server.photos);
                    }
                    tell!(self, "server: copied (its photos too: {photos_too})");
                    self.server_copy = Some(self.server.log.len());
                }
                Some(length) => {
                    // Sometimes the log is still there, and only the photos are lost.
                    let length = if self.chance.happens(300) {
                        self.server.log.len()
                    } else {
                        length
                    };
                    tell!(
                        self,
                        "server: restored from the copy: {} of {} events and {} of {} photos are left",
                        length,
                        self.server.log.len(),
                        self.photos_copy.len(),
                        self.server.photos.len()
                    );
                    self.figures.restored += 1;
                    self.server.log.truncate(length);
                    self.server.photos.clone_from(&self.photos_copy);
                    self.server_stops();
                }
            },
            // A tablet and its server both restored have nobody left who knows what was lost.
            4 | 5 if self.weather.restores_tablet => match self.tablets[index].copy.take() {
                None => self.tablets[index].copy = Some(self.tablets[index].disk.clone()),
                Some(disk) => {
                    tell!(self, "tablet {index}: restored from an image of its disk");
                    self.figures.restored += 1;
                    self.tablets[index].disk = disk;
                    self.recorded.retain(|id, (tablet, person, _)| {
                        let work = self.tablets[*tablet].disk.work.get(person);
                        *tablet != index
                            || self.acknowledged.contains(id)
                            || work.is_some_and(|work| {
                                work.outbox.values().any(|entry| entry.event.id == *id)
                            })
                    });
                    self.stops(index);
                }
            },
            _ => {
                self.tablets[index].notices = !self.tablets[index].notices;
            }
        }
    }
}
