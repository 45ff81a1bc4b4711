package postgres

import (
	"testing"

	"github.com/tripsage/infrastructure/service/servicetest"
)

// TestStores runs every store's test before one real server, with statements as they go through a
// pooler and as they go over a direct connection.
func TestStores(t *testing.T) {
	server := servicetest.StartPostgres(t)
	for mode, parameters := range map[string]string{"pooler": "", "direct": namedStatements} {
		t.Run(mode, func(t *testing.T) {
			s := newStand(t, server, parameters)
			for name, test := range map[string]func(*testing.T, stand){
				"trips":                                    testTrips,
				"changes of a trip":                        testTripChanges,
				"trips of others":                          testTripsOfOthers,
				"sharing":                                  testSharing,
				"who may share":                            testWhoMayShare,
				"too many collaborators":                   testTooManyCollaborators,
				"items":                                    testItems,
				"items of others":                          testItemsOfOthers,
				"a day outside of the trip":                testDayOutside,
				"conversations":                            testChats,
				"conversations of others":                  testChatsOfOthers,
				"memories":                                 testMemories,
				"memories of others":                       testMemoriesOfOthers,
				"destinations":                             testDestinations,
				"destinations with typing errors":          testBlendedSearch,
				"what a trip's destination means":          testDestinationNamed,
				"profiles":                                 testProfiles,
				"keys":                                     testAPIKeys,
				"keys of others":                           testAPIKeysOfOthers,
				"a creation happens once":                  testOnce,
				"a key with another request":               testKeyReused,
				"what a key made is gone":                  testReplayGone,
				"a creation that failed left no key":       testFailedCreation,
				"sixteen creations at once":                testOnceAtOnce,
				"sweep":                                    testSweep,
				"no update is lost":                        testNoLostUpdate,
				"pages":                                    testPages,
				"pages while others write":                 testPagesWhileWriting,
				"messages appear in order":                 testMessagesAppearInOrder,
				"hostile texts":                            testHostileTexts,
				"what cannot be stored":                    testUnstorable,
				"limits of the database":                   testLimits,
				"the token decides":                        testTokenDecides,
				"nothing outlives a request":               testNothingOutlivesARequest,
				"the end of a request ends its statements": testTheEndOfARequestEndsItsStatements,
				"a request may end at any time":            testEndsAtAnyTime,
				"the observer hears of it":                 testObserver,
			} {
				t.Run(name, func(t *testing.T) { test(t, s) })
			}
		})
	}
}
