package embedding

// Weights of words, in units of one ordinary word divided by 4096.
const (
	ordinary = 4096
	// common words say little: half of all memories have them.
	common = ordinary * 2 / 5
	// empty words say nothing, but a text of nothing else should still have a direction.
	empty = ordinary / 16
)

// weightOf is what a word counts. Only English is known; the lists are short because a word that
// is missing costs little.
func weightOf(word []byte) int64 {
	switch string(word) {
	case "a", "an", "the", "this", "that", "these", "those", "some", "any", "all", "each", "both", "such",
		"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "you", "your", "yours", "he", "him", "his",
		"she", "her", "hers", "it", "its", "they", "them", "their", "theirs", "who", "whom", "whose", "which",
		"what", "when", "where", "why", "how", "is", "am", "are", "was", "were", "be", "been", "being",
		"do", "does", "did", "doing", "done", "has", "have", "had", "having", "will", "would", "shall", "should",
		"can", "could", "may", "might", "must", "im", "ive", "id", "ill", "hes", "shes", "thats", "theres",
		"and", "or", "but", "if", "so", "than", "then", "because", "as", "of", "at", "by", "for", "with",
		"about", "into", "to", "from", "in", "on", "off", "out", "up", "down", "over", "under", "near", "between",
		"there", "here", "very", "too", "just", "only", "also", "again", "more", "most", "much", "many",
		"s", "t", "d", "m", "re", "ve", "ll":
		return empty
	case "user", "users", "traveller", "travellers", "traveler", "travelers", "person", "people", "please", "thing", "things",
		"like", "likes", "liked", "love", "loves", "loved", "prefer", "prefers", "preferred", "want", "wants",
		"wanted", "need", "needs", "needed", "enjoy", "enjoys", "enjoyed", "get", "gets", "go", "goes", "going", "went",
		"make", "makes", "take", "takes", "use", "uses", "used", "know", "think", "say", "said", "find", "show",
		"always", "usually", "often", "never", "ever", "not", "no", "dont", "doesnt", "didnt", "cant", "wont", "good",
		"best", "better", "nice", "great", "really", "trip", "trips", "travel", "travels", "traveling", "travelling",
		"visit", "visited", "place", "places", "one", "other", "first", "last", "next", "time", "times":
		return common
	default:
		return ordinary
	}
}
